// Searches an edition in the reader's browser, from a disk as from a server, and asks no network
// but the edition's own folder. Without it, the page leads to the contents and the index.
//
// What a reader types is folded as `folding.py` folds the words of the book; `shards.py` says which
// file has a word. A file is a call of letterbook(kind, number, data), loaded as a script, because a
// page that is opened from a disk may not read files. Texts are set as text, never as HTML.
'use strict'
{
  const LETTERS = new Map(Object.entries({
    'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'đ': 'd', 'ð': 'd', 'ħ': 'h', 'ł': 'l',
    'þ': 'th', 'ı': 'i', 'ς': 'σ', 'ѣ': 'е', 'і': 'и', 'ѳ': 'ф', 'ѵ': 'и',
    'װ': 'וו', 'ױ': 'וי', 'ײ': 'יי', 'ک': 'ك', 'ی': 'ي', 'ى': 'ي',
  }))
  const SINGLE = '\\u0e00-\\u0eff' +
    '\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff' +
    '\\u3400-\\u4dbf\\u4e00-\\u9fff\\u{20000}-\\u{3ffff}'
  const WORD = new RegExp(`[${SINGLE}]|(?:(?![${SINGLE}])[\\p{L}\\p{N}])+`, 'gu')
  // A word in a text as it is written, with its accents and what is not seen.
  const WRITTEN = new RegExp(
    `[${SINGLE}]\\p{M}*|(?:(?![${SINGLE}])[\\p{L}\\p{N}][\\p{M}\\p{Cf}]*)+`, 'gu')
  const QUOTES = '"“”„«»'
  const TERM = new RegExp(`[${QUOTES}]([^${QUOTES}]+)[${QUOTES}]?|([^\\s${QUOTES}]+)`, 'gu')
  const LEFT_OUT = '\ufffc'
  const MIN_BEGINNING = 3 // Shorter words are found as they are, not as the beginning of others.
  const AT_ONCE = 20 // Pages shown before the reader asks for more.
  const PASSAGES = 3 // Of one page.
  const BEFORE = 70, AFTER = 170 // Characters around the first word found.
  const AROUND = 60 // Characters among which are those that tell a place from others.

  const fold = text => text.normalize('NFKD').replace(/[\p{M}\p{Cf}]/gu, '').toLowerCase()
    .replace(/./gsu, letter => LETTERS.get(letter) ?? letter)
  const wordsOf = text => (fold(text).match(WORD) ?? [])
    .map(word => word.length > 1 && word.endsWith('ъ') ? word.slice(0, -1) : word)

  // ---------------------------------------------------------------- files

  const taken = new Map()
  const loading = new Map()
  window.letterbook = (kind, number, data) => taken.set(`${kind}-${number}`, data)

  const load = (kind, number) => {
    const name = `${kind}-${number}`
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        const script = document.createElement('script')
        script.src = `search/${name}.js`
        script.onload = () => resolve(taken.get(name))
        script.onerror = () => {
          loading.delete(name)
          reject(new Error(script.src))
        }
        document.head.append(script)
      }))
    }
    return loading.get(name)
  }

  // What is known of a page: it is in the last file that does not begin after it.
  const pageOf = async page => {
    const {texts} = await load('about', 0)
    const file = texts.findLastIndex(first => first <= page)
    return (await load('text', file))[page - texts[file]]
  }

  const shardOf = (word, shards) => {
    const [first, second] = [...word]
    return (first.codePointAt(0) * 31 + (second?.codePointAt(0) ?? 0)) % shards
  }

  // ---------------------------------------------------------------- finding

  const termsOf = query => [...query.matchAll(TERM)]
    .map(([, quoted, plain]) => ({words: wordsOf(quoted ?? plain), isExact: quoted !== undefined}))
    .filter(({words}) => words.length)

  // Whether a word of the book is what a term has at a place: the last may be a beginning.
  const fits = (term, at, word) => term.words[at] === word || (
    !term.isExact && at === term.words.length - 1 && [...term.words[at]].length >= MIN_BEGINNING &&
    word.startsWith(term.words[at]))

  // Adds what a line of the index says: by page, the places of a word.
  const read = (line, places) => {
    for (const part of line.split(',')) {
      const [page, steps] = part.split(':')
      const found = places.get(Number(page)) ?? new Set()
      places.set(Number(page), found)
      let place = 0
      for (const step of steps.split('.')) found.add(place += Number(step))
    }
  }

  // The places of a term: by page, where its first word stands.
  const placesOf = async (term, shards) => {
    const each = await Promise.all(term.words.map(async (wanted, at) => {
      const words = await load('words', shardOf(wanted, shards))
      const places = new Map()
      if (term.isExact || at < term.words.length - 1) {
        if (Object.hasOwn(words, wanted)) read(words[wanted], places)
      } else {
        for (const word of Object.keys(words)) if (fits(term, at, word)) read(words[word], places)
      }
      return places
    }))
    const found = new Map()
    for (const [page, firsts] of each[0]) {
      const places = [...firsts].filter(first =>
        each.every((others, at) => others.get(page)?.has(first + at)))
      if (places.length) found.set(page, places)
    }
    return found
  }

  // The pages that have all terms, in the order of the book, each with the places of every term.
  const find = async terms => {
    const {shards} = await load('about', 0)
    const found = await Promise.all(terms.map(term => placesOf(term, shards)))
    return [...found[0].keys()]
      .filter(page => found.every(places => places.has(page)))
      .sort((a, b) => a - b)
      .map(page => ({page, places: found.map(places => places.get(page))}))
  }

  // The passages of a page to show, those with the most terms first; then in their order.
  const chosen = (passages, places) => {
    const terms = new Map()
    places.forEach((found, term) => {
      for (const place of found) {
        let at = passages.length - 1
        while (passages[at][1] > place) at--
        if (!terms.has(at)) terms.set(at, new Set())
        terms.get(at).add(term)
      }
    })
    const order = [...terms.keys()].sort((a, b) => terms.get(b).size - terms.get(a).size || a - b)
    return {
      shown: order.slice(0, PASSAGES).sort((a, b) => a - b).map(at => passages[at]),
      further: Math.max(order.length - PASSAGES, 0),
    }
  }

  // Where in a text the terms stand: first and last of the words, as they are written.
  const marksIn = (text, terms) => {
    const written = [...text.matchAll(WRITTEN)].flatMap(({0: said, index}) =>
      wordsOf(said).map(word => ({word, start: index, end: index + said.length})))
    const marks = []
    for (let at = 0; at < written.length; at++) {
      const lengths = terms
        .filter(term => term.words.every((_, n) => written[at + n] && fits(term, n, written[at + n].word)))
        .map(term => term.words.length)
      if (!lengths.length) continue
      const last = at + Math.max(...lengths) - 1
      marks.push({start: written[at].start, end: written[last].end})
      at = last
    }
    return marks
  }

  // ---------------------------------------------------------------- showing

  const make = (name, className, ...content) => {
    const element = document.createElement(name)
    if (className) element.className = className
    element.append(...content)
    return element
  }

  // The part of an address that has a browser mark the words: with what is around them, to be sure.
  const directive = (text, {start, end}) => {
    const encode = words => encodeURIComponent(words).replaceAll('-', '%2D')
    const before = text.slice(Math.max(start - AROUND, 0), start).split(LEFT_OUT).at(-1)
      .match(/(?:\S+\s+){0,2}\S*$/u)[0].trim()
    const after = text.slice(end, end + AROUND).split(LEFT_OUT)[0].match(/^\S*(?:\s+\S+){0,2}(?=\s|$)/u)?.[0].trim()
    return 'text=' + [
      ...before ? [`${encode(before)}-`] : [],
      encode(text.slice(start, end)),
      ...after ? [`-${encode(after)}`] : [],
    ].join(',')
  }

  const snippet = (href, [id, , text], terms) => {
    const marks = marksIn(text, terms)
    const first = marks[0]?.start ?? 0
    let from = Math.max(first - BEFORE, 0), to = Math.min(first + AFTER, text.length)
    if (from > 0) from = text.indexOf(' ', from) + 1
    if (to < text.length) to = Math.max(text.lastIndexOf(' ', to), marks[0]?.end ?? 0)
    const plain = (a, b) => text.slice(a, b).replaceAll(LEFT_OUT, '')
    const directives = marks.slice(0, 4).map(mark => directive(text, mark)).join('&')
    const link = make('a')
    link.href = `${href}#${id}${directives && `:~:${directives}`}`
    if (from > 0) link.append('… ')
    let at = from
    for (const {start, end} of marks) {
      if (end > to) break
      link.append(plain(at, start), make('mark', '', plain(start, end)))
      at = end
    }
    link.append(plain(at, to))
    if (to < text.length) link.append(' …')
    return make('li', '', link)
  }

  const box = document.querySelector('.search')
  const form = box.querySelector('form')
  const input = form.querySelector('input')
  const status = box.querySelector('[role=status]')
  const list = box.querySelector('.results')
  const more = box.querySelector('.more')
  const said = (label, number) => form.dataset[label].replace('{}', number)

  const result = ({places}, {href, title, number, date, passages}, terms) => {
    const heading = make('a', 'entry')
    heading.href = href
    if (number) heading.append(make('span', 'entry-number', number), ' ')
    heading.append(title)
    const item = make('li', '', make('h2', '', heading))
    if (date) item.append(make('p', 'date', date))
    const {shown, further} = chosen(passages, places)
    item.append(make('ul', '', ...shown.map(passage => snippet(href, passage, terms))))
    if (further) item.append(make('p', 'further', said('further', further)))
    return item
  }

  let current = 0
  const search = async () => {
    const turn = ++current
    const terms = termsOf(input.value)
    history.replaceState(null, '', terms.length ? `#q=${encodeURIComponent(input.value)}` : '#')
    let found = []
    const show = async () => {
      const next = found.splice(0, AT_ONCE)
      const texts = await Promise.all(next.map(({page}) => pageOf(page)))
      if (turn !== current) return
      const items = next.map((hit, n) => result(hit, texts[n], terms))
      const isFirst = !list.hasChildNodes()
      list.append(...items)
      more.hidden = !found.length
      if (!isFirst) items[0].querySelector('a').focus()
    }
    try {
      if (terms.length) found = await find(terms)
      if (turn !== current) return
      list.replaceChildren()
      more.hidden = true
      more.onclick = show
      status.textContent = !terms.length ? '' : found.length ? said('found', found.length) : said('nothing')
      await show()
    } catch (error) {
      if (turn !== current) return
      status.textContent = said('failed')
      console.error(error)
    }
  }

  // The address keeps what was searched for, so that a reader who comes back finds it there.
  const restore = () => {
    const query = /^#q=(.*)$/s.exec(location.hash)
    if (!query) return
    try {
      input.value = decodeURIComponent(query[1])
    } catch {
      return
    }
    search()
  }

  let wait
  input.addEventListener('input', () => {
    clearTimeout(wait)
    wait = setTimeout(search, 250)
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    clearTimeout(wait)
    search()
  })
  addEventListener('hashchange', restore)
  box.querySelector('.unscripted').hidden = true
  form.hidden = false
  restore()
}
