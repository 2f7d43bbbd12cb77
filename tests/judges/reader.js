// A reading system of the smallest kind on foliate-js: one book, one view, and a popup for notes.
// What enters are calls from reader.py; what leaves are plain values, since nothing else can cross.

import '/foliate/view.js'
import { FootnoteHandler } from '/foliate/footnotes.js'

const view = document.createElement('foliate-view')
document.body.append(view)

// The section that is open: its number in the spine, and its document.
let section = { index: -1, doc: null }
view.addEventListener('load', ({ detail: { index, doc } }) => { section = { index, doc } })

const next = (target, type) => new Promise(resolve =>
    target.addEventListener(type, ({ detail }) => resolve(detail), { once: true }))

const words = node => (node?.textContent ?? '').replace(/\s+/g, ' ').trim()

// --- Notes in a popup -------------------------------------------------------------------------

const notes = new FootnoteHandler()

const closePopup = () => document.getElementById('popup')?.remove()

notes.addEventListener('before-render', ({ detail }) => {
    closePopup()
    const popup = document.createElement('div')
    popup.id = 'popup'
    popup.append(detail.view)
    document.body.append(popup)
})

const readNote = ({ view: popup, href, type, hidden }) => ({
    note: { href, type, hidden, text: words(popup.renderer.getContents()[0].doc.body) },
})

// --- Where the reader lands -------------------------------------------------------------------

// Waits until what was asked for is on the screen.
const painted = () => new Promise(resolve =>
    requestAnimationFrame(() => requestAnimationFrame(resolve)))

// Tells whether an element of the section lies, at least in part, in what the window shows.
const isVisible = element => {
    const frame = section.doc.defaultView.frameElement.getBoundingClientRect()
    const own = element.getBoundingClientRect()
    const [left, top] = [frame.left + own.left, frame.top + own.top]
    const [right, bottom] = [left + own.width, top + own.height]
    return right >= 0 && bottom >= 0 && left < innerWidth && top < innerHeight
}

// Tells what is at an href of the open section.
const describe = async href => {
    await painted()
    const { index, anchor } = view.book.resolveHref(href)
    const element = href.includes('#') ? anchor(section.doc) : section.doc.body
    return {
        landing: {
            href,
            section: view.book.sections[section.index].id,
            found: index === section.index && Boolean(element),
            text: words(element),
            context: words(element?.closest?.('p, li, blockquote, h1, h2, h3, h4, h5, h6')),
            visible: Boolean(element && isVisible(element)),
        },
    }
}

// --- Following a link -------------------------------------------------------------------------

// What comes of the click that follows: a note in the popup, or a place in the book.
let outcome = null

view.addEventListener('link', event => {
    const { href } = event.detail
    const rendered = next(notes, 'render')
    const relocated = next(view, 'relocate')
    const handled = notes.handle(view.book, event)
    outcome.resolve(handled
        ? handled.then(() => rendered).then(readNote)
        : relocated.then(() => describe(href)))
})

view.addEventListener('external-link', event => {
    event.preventDefault()
    outcome.resolve({ external: event.detail.href })
})

// --- What reader.py calls ---------------------------------------------------------------------

globalThis.reader = {
    async open(address) {
        await view.open(address)
        view.renderer.setAttribute('flow', 'scrolled')
        // A turn of the page that slides has no end that a test could wait for.
        view.renderer.removeAttribute('animated')
        await view.init({})
    },

    sections: () => view.book.sections.map(({ id, linear }) => ({ href: id, linear: linear !== 'no' })),

    toc() {
        const flat = items => (items ?? []).flatMap(({ label, href, subitems }) =>
            [{ label: label.trim(), href }, ...flat(subitems)])
        return flat(view.book.toc)
    },

    async goTo(href) {
        closePopup()
        const relocated = next(view, 'relocate')
        const resolved = await view.goTo(href)
        if (!resolved) return { error: `the book has no ${href}` }
        await relocated
        return describe(href)
    },

    links: selector => Array.from(section.doc.querySelectorAll(selector), link =>
        ({ href: link.getAttribute('href'), text: words(link) })),

    text: () => words(section.doc.body),

    expect() {
        closePopup()
        outcome = Promise.withResolvers()
    },

    // Nothing, when nothing came of the click in so many milliseconds.
    outcome: patience => Promise.race([
        outcome.promise,
        new Promise(resolve => setTimeout(resolve, patience, null)),
    ]),
}
