"""The runs of a block: without junk, split into paragraphs, and with white space outside of what is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from models.body.block import LINE, STRONG, Run
from models.body.character import Edit, invisible_edits, space_edits


def paragraphs(runs: Iterable[Run], *, heading: bool) -> list[list[Run]]:
    """The paragraphs that the runs of a block make, none of them empty.

    Two line breaks in a row end a paragraph. A heading is bold by itself, so it is not marked as such.
    """
    if heading:
        runs = [Run(run.text, run.marks - {STRONG}) for run in runs]
    clean = _edited(_edited(_joined(runs), invisible_edits), space_edits)
    if len(clean) == 1 and LINE * 2 not in clean[0].text:
        return [clean]
    return [paragraph for part in _split(clean) if (paragraph := _joined(_with_plain_spaces(part)))]


def _joined(runs: Iterable[Run]) -> list[Run]:
    """The runs without empty ones, neighbours with the same marks put together."""
    parts: list[tuple[list[str], Run]] = []
    for run in runs:
        if not run.text:
            continue
        if parts and parts[-1][1].marks == run.marks:
            parts[-1][0].append(run.text)
        else:
            parts.append(([run.text], run))
    return [Run("".join(texts), run.marks) for texts, run in parts]


def _edited(runs: list[Run], edits_of: Callable[[str], Iterator[Edit]]) -> list[Run]:
    """The runs after the edits to their joined text; what is put in belongs to the run where the edit begins."""
    text = "".join(run.text for run in runs)
    edits = edits_of(text)
    edit = next(edits, None)
    if edit is None:
        return runs
    edited, start = [], 0
    for run in runs:
        end, cursor, pieces = start + len(run.text), start, []
        while edit is not None and edit.start < end:
            if edit.start >= start:
                pieces += [text[cursor : edit.start], edit.instead]
            cursor = min(edit.end, end)
            if edit.end > end:
                break
            edit = next(edits, None)
        edited.append(Run("".join([*pieces, text[cursor:end]]), run.marks))
        start = end
    return _joined(edited)


def _split(runs: list[Run]) -> list[list[Run]]:
    """The runs of each paragraph."""
    parts: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split(LINE * 2)
        parts[-1].append(Run(first, run.marks))
        parts.extend([Run(other, run.marks)] for other in others)
    return parts


def _with_plain_spaces(runs: list[Run]) -> Iterator[Run]:
    """The runs with the white space at their ends marked only as both neighbours are: `<b>one </b>two` has none bold."""
    pieces = [piece for run in runs for piece in _pieces(run)]
    for index, piece in enumerate(pieces):
        if not piece.text.isspace() or not 0 < index < len(pieces) - 1:
            yield piece
        else:
            yield Run(piece.text, pieces[index - 1].marks & pieces[index + 1].marks)


def _pieces(run: Run) -> Iterator[Run]:
    """The white space before, the text, and the white space after."""
    text = run.text.lstrip()
    if len(text) < len(run.text):
        yield Run(run.text[: len(run.text) - len(text)], run.marks)
    core = text.rstrip()
    if core:
        yield Run(core, run.marks)
    if len(core) < len(text):
        yield Run(text[len(core) :], run.marks)
