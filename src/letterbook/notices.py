"""The preview's own pages: what is wrong with a book, and the script that reloads a page.

What enters is data; what leaves is HTML as bytes. A page of an edition is given the script on its
way to the browser; in the files it never stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from letterbook.diagnostics import Diagnostic

OWN = "/.letterbook/"
"""Where the preview's own files are; no file of an edition begins with a dot."""


def with_reload(page: bytes, generation: str, *, keep: bool = False) -> bytes:
    """A page with the script that reloads it; ``keep`` has it keep the reader's place."""
    script = Markup('<script defer src="{}reload.js" data-generation="{}"{}></script>').format(
        OWN, generation, Markup(" data-keep") if keep else ""
    )
    before, body, after = page.rpartition(b"</body>")
    return before + script.encode() + body + after


def own_page(title: str, content: Markup) -> bytes:
    """Make a page of the preview's own."""
    return (
        Markup(
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            "<title>{title}</title>\n"
            '<link rel="icon" href="data:,">\n'
            '<link rel="stylesheet" href="{own}page.css">\n'
            "</head>\n<body>\n<main>\n<h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n"
        )
        .format(title=title, own=OWN, content=content)
        .encode()
    )


def diagnostics_page(found: Sequence[Diagnostic], last_good: str | None) -> bytes:
    """Draw what stops an edition, and the way to the last good one."""
    rows = Markup("\n").join(
        Markup(
            '<li class="{}"><p class="place">{}:{}:{}</p><p class="message">{}: {}</p>'
            '<p class="hint">{}</p><p class="code">{}</p></li>'
        ).format(
            d.severity,
            d.span.file,
            d.span.line,
            d.span.column,
            d.severity.capitalize(),
            d.message,
            d.hint,
            d.code,
        )
        for d in found
    )
    title = "1 thing to mend" if len(found) == 1 else f"{len(found)} things to mend"
    last = Markup("")
    if last_good:
        last = Markup('<p class="last">The edition before is <a href="{}">still here</a>.</p>')
        last = last.format(last_good)
    return own_page(title, Markup('<ol role="list">\n{}\n</ol>\n{}').format(rows, last))


SCRIPT = """\
// Reloads the page when the edition is made anew, and keeps the reader's place in it.
'use strict'
{
  const {generation, keep} = document.currentScript.dataset
  const isPage = keep !== undefined
  const place = `letterbook:${location.pathname}`
  const notes = document.querySelector('.notes')

  const restore = () => {
    const kept = isPage && sessionStorage.getItem(place)
    if (!kept) return
    const [left, top, inNotes] = JSON.parse(kept)
    sessionStorage.removeItem(place)
    scrollTo({left, top, behavior: 'instant'})
    if (notes) notes.scrollTop = inNotes
  }

  const leave = () => {
    if (isPage) {
      sessionStorage.setItem(place, JSON.stringify([scrollX, scrollY, notes?.scrollTop ?? 0]))
    }
    // The browser would go to where the page was that stood here last: perhaps a page of errors.
    history.scrollRestoration = 'manual'
    if (location.pathname.startsWith('/last-good/')) {
      location.replace(location.pathname.slice('/last-good'.length) + location.hash)
    } else {
      location.reload()
    }
  }

  addEventListener('load', () => {
    restore()
    const events = new EventSource('/.letterbook/events')
    events.onmessage = ({data}) => {
      if (data === generation) return
      events.close()
      leave()
    }
  })
  // Going back to this page later is the browser's to restore again.
  addEventListener('pagehide', () => {
    if (!sessionStorage.getItem(place)) history.scrollRestoration = 'auto'
  })
}
"""

STYLE = """\
:root {
  color-scheme: light dark;
  --paper: #fcfbf7; --ink: #1f1c18; --soft: #655e54; --rule: #ddd7ca; --red: #84301f;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #191714; --ink: #d6d0c4; --soft: #a0988a; --rule: #3a362f; --red: #e3a183 }
}
html { background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0; background: var(--paper) }
main { max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem; overflow-wrap: anywhere }
h1 { margin: 0 0 1.5rem; font-size: 1.375rem; font-weight: 600 }
ol { margin: 0; padding: 0; list-style: none }
li { padding-inline-start: 1rem; border-inline-start: 3px solid var(--rule) }
li + li { margin-top: 1.5rem }
li.error { border-color: var(--red) }
p { margin: 0 }
.place, .code { color: var(--soft); font: 0.875rem/1.5 ui-monospace, monospace }
.message { font-weight: 600 }
.last { margin-top: 2rem }
a { color: inherit; text-underline-offset: 0.2em }
a:hover { color: var(--red) }
:focus-visible { outline: 2px solid var(--red); outline-offset: 3px }
"""
