"""The judge of TEI finds what is wrong, and nothing in what is right."""

import pytest

from .tei import tei_faults

GOOD = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>
<titleStmt><title>A Letter</title></titleStmt>
<publicationStmt><publisher>Nobody</publisher></publicationStmt>
<sourceDesc><p/></sourceDesc></fileDesc>
<profileDesc><correspDesc><correspAction type="sent"><date when="1907-06-24"/></correspAction>
</correspDesc></profileDesc></teiHeader>
<text><body><opener><salute>Dear Ada,</salute></opener><p>Come.</p></body></text></TEI>"""


def test_a_valid_file() -> None:
    assert tei_faults(GOOD.encode()) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<p>Come.</p>", "<p>Come.<body/></p>"),
        ("<p>Come.</p>", "<para>Come.</para>"),
        ("<p>Come.</p>", "<p><code><hi>Come.</hi></code></p>"),
        ("<p>Come.</p>", "<floatingText><body/></floatingText>"),
        ('when="1907-06-24"', 'when="24 June 1907"'),
        ("<title>A Letter</title>", ""),
    ],
)
def test_what_is_wrong_is_found(right: str, wrong: str) -> None:
    assert right in GOOD
    assert tei_faults(GOOD.replace(right, wrong).encode())
