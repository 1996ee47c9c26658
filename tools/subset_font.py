"""Makes the fonts of this tree: from STIX Two Math one for the pages' MathML and one for the outlines in figures.

    pip install ziamath brotli
    npm install --prefix FOLDER @fontsource/stix-two-text
    python -m tools.subset_font FOLDER/node_modules/@fontsource/stix-two-text/files

The package ziamath brings the whole font. The pages' font keeps the letters and signs of `CHARACTERS` and, with the
MATH table, all larger brackets, roots and sums; four things are changed for the sake of browsers: see
`level_scripts`, `seat_accents`, `tighten_brackets` and `keep_shapes`. The figures' font keeps every character, for
names may be written in any script, and of the MATH table where accents and scripts stand.

That font has bold and slanted letters for the alphabet and for Greek alone. Those of other names, ö, ß, я, come from
STIX Two Text, of the same family: bold and italic for figures, upright too for pages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import ziamath
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.merge import Merger
from fontTools.pens.boundsPen import BoundsPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.ttProgram import Program

from app.language.symbols import OTHER_LETTERS

SOURCE = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"
ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "static" / "fonts" / "STIXTwoMath-subset.woff2"
FIGURES = ROOT / "app" / "drawing" / "lettering" / "fonts" / "STIXTwoMath-outlines.woff"
TEXT_PARTS = "latin", "latin-ext", "cyrillic", "cyrillic-ext"
"""The files of each face of STIX Two Text."""
TEXT_FACES = {"regular": "400-normal", "bold": "700-normal", "italic": "400-italic"}
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""What a font says of itself: its makers, its name and its licence."""

LETTERS = (
    (0x61, 0x7A),
    (0x3B1, 0x3C9),  # Greek
    (0x1D400, 0x1D433),  # bold
    (0x1D434, 0x1D467),  # italic (h is at U+210E)
    (0x1D6A8, 0x1D6E1),  # bold Greek
    (0x1D6E2, 0x1D71B),  # italic Greek
)
OTHERS = ((0x20, 0x7E), (0x1D7CE, 0x1D7D7))  # ASCII, bold digits
SIGNS = "ℝ∈ΓΔΘΛΞΠΣΥΦΨΩ−±×·⋅⊙=≤≥≈→∑∏∫√∇∂⊤∞…⋯⋮⋱|‖⟨⟩′°–—\u00a0\u2009\u2061"
ACCENTS = "\u0302\u0303\u0304\u0307\u20d7"


def characters(*ranges: tuple[int, int]) -> set[int]:
    """All code points of some ranges, their ends included."""
    return {c for first, last in ranges for c in range(first, last + 1)}


BASES = characters(*LETTERS) | {ord("ℎ")}
CHARACTERS = BASES | characters(*OTHERS) | set(map(ord, SIGNS + ACCENTS))


def level_scripts(font: TTFont) -> None:
    """Let superscripts stand at one height on small and on tall letters.

    Browsers hold a superscript to the top of its base less SuperscriptBaselineDropMax, so that it would stand
    higher on h than on a; with a greater drop SuperscriptShiftUp alone decides, except on tables.
    """
    constants = font["MATH"].table.MathConstants
    constants.SuperscriptBaselineDropMax.Value = 340
    constants.SuperscriptShiftUp.Value = 400
    constants.SuperscriptShiftUpCramped.Value = 366


def seat_accents(font: TTFont) -> None:
    """Say where a combining accent stands on each letter; the font says it for MathML's own accents only.

    Browsers place those too low; `ŷ` written as a letter and a combining accent comes out right.
    """
    letters = font.getBestCmap()
    attachment = font["MATH"].table.MathGlyphInfo.MathTopAccentAttachment
    across = dict(zip(attachment.TopAccentCoverage.glyphs, attachment.TopAccentAttachment, strict=True))
    natural = font["OS/2"].sxHeight

    def anchor(code: int, mark: bool = False) -> str:
        name = letters[code]
        left, _, right, top = bounds(font, name)
        x = across[name].Value if name in across else round((left + right) / 2)
        return f"<anchor {x} {natural if mark else max(natural, round(top))}>"

    marks = "".join(f"markClass {letters[ord(c)]} {anchor(ord(c), mark=True)} @TOP;\n" for c in ACCENTS)
    seats = "".join(f"  pos base {letters[c]} {anchor(c)} mark @TOP;\n" for c in sorted(BASES) if c in letters)
    addOpenTypeFeaturesFromString(font, f"{marks}feature mark {{\n{seats}}} mark;\n", tables=["GPOS", "GDEF"])


def tighten_brackets(font: TTFont, bearing: int = 20) -> None:
    """Take the white beside the brackets that are put together from parts.

    Chromium reckons such a bracket as wide as its ink, but paints the white before it as well, so that it
    stands too far from what is on its left and too near to what is on its right.
    """
    variants = font["MATH"].table.MathVariants
    assemblies = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    for bracket in map(font.getBestCmap().get, map(ord, "()[]")):
        names = {part.glyph for part in assemblies[bracket].GlyphAssembly.PartRecords}
        glyphs = {name: font["glyf"][name] for name in names}
        shift = bearing - min(glyph.xMin for glyph in glyphs.values())
        width = max(glyph.xMax for glyph in glyphs.values()) + shift + bearing
        for name, glyph in glyphs.items():
            glyph.coordinates.translate((shift, 0))
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = (width, glyph.xMin)


def keep_shapes(font: TTFont) -> None:
    """Let letters be drawn as they are where text is fitted to pixels: of a font without a program FreeType fits the
    stems itself, and a bold letter of a subscript is as thin as another.

    The program that is run at each size does nothing, at a length that FreeType counts as one.
    """
    program = font["prep"] = newTable("prep")
    program.program = Program()
    program.program.fromAssembly(
        ["PUSHW[]", "511", "SCANCTRL[]", "PUSHB[]", "4", "SCANTYPE[]", "PUSHB[]", "0", "POP[]"]
    )
    font["maxp"].maxStackElements = max(1, font["maxp"].maxStackElements)


def bounds(font: TTFont, name: str) -> tuple[float, float, float, float]:
    """The box of a glyph's ink, in font units."""
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return pen.bounds or (0, 0, 0, 0)


def for_pages() -> TTFont:
    """The font that the pages' MathML is set in."""
    font = TTFont(SOURCE, recalcTimestamp=False)
    options = Options(layout_features=["ccmp", "dtls"], hinting=False, notdef_outline=True)
    options.name_IDs = NAMES
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    level_scripts(font)
    seat_accents(font)
    tighten_brackets(font)
    keep_shapes(font)
    font.flavor = "woff2"
    return font


def for_figures() -> TTFont:
    """The font that the outlines of figures are read from."""
    font = TTFont(SOURCE, recalcTimestamp=False)
    font["MATH"].table.MathVariants = None
    options = Options(layout_features=[], hinting=False, notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "gasp"]
    options.name_IDs = NAMES
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    font.flavor = "woff"
    return font


def text_letters(files: Path, face: str) -> TTFont:
    """A face of STIX Two Text with the letters that STIX Two Math has in one style only."""
    with TemporaryDirectory() as folder:
        parts = []
        for part in TEXT_PARTS:
            font = TTFont(files / f"stix-two-text-{part}-{TEXT_FACES[face]}.woff2", recalcTimestamp=False)
            options = Options(layout_features=[], hinting=False, notdef_outline=True)
            options.drop_tables += ["GSUB", "GPOS", "GDEF", "STAT"]
            options.name_IDs = NAMES
            subsetter = Subsetter(options)
            subsetter.populate(unicodes=map(ord, OTHER_LETTERS))
            subsetter.subset(font)
            font.flavor = None
            parts.append(f"{folder}/{part}.ttf")
            font.save(parts[-1])
        return Merger().merge(parts)


def text_faces(files: Path) -> Iterator[tuple[TTFont, Path]]:
    """Every face for the pages, and those that figures need."""
    for face in TEXT_FACES:
        font = text_letters(files, face)
        if face != "regular":
            font.flavor = "woff"
            yield font, FIGURES.with_name(f"STIXTwoText-{face}.woff")
        keep_shapes(font)
        font.flavor = "woff2"
        yield font, PAGES.with_name(f"STIXTwoText-{face}.woff2")


def main() -> None:
    """Write all and say how large they are."""
    for font, target in ((for_pages(), PAGES), (for_figures(), FIGURES), *text_faces(Path(sys.argv[1]))):
        target.parent.mkdir(parents=True, exist_ok=True)
        font.save(target)
        print(f"{target.name}: {len(font.getGlyphOrder())} glyphs, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
