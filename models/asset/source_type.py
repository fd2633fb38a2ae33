"""How a picture, a film or a sound came to be: the IPTC vocabulary Digital Source Type (cv.iptc.org/newscodes/digitalsourcetype)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from models.errors import BadInput


class DigitalSourceType(StrEnum):
    """A term of the vocabulary, release of 2024-10-23."""

    DIGITAL_CAPTURE = "digitalCapture"
    COMPUTATIONAL_CAPTURE = "computationalCapture"
    NEGATIVE_FILM = "negativeFilm"
    POSITIVE_FILM = "positiveFilm"
    PRINT = "print"
    MINOR_HUMAN_EDITS = "minorHumanEdits"
    HUMAN_EDITS = "humanEdits"
    ALGORITHMICALLY_ENHANCED = "algorithmicallyEnhanced"
    SOFTWARE_IMAGE = "softwareImage"
    DIGITAL_ART = "digitalArt"
    DIGITAL_CREATION = "digitalCreation"
    DATA_DRIVEN_MEDIA = "dataDrivenMedia"
    TRAINED_ALGORITHMIC_MEDIA = "trainedAlgorithmicMedia"
    ALGORITHMIC_MEDIA = "algorithmicMedia"
    SCREEN_CAPTURE = "screenCapture"
    VIRTUAL_RECORDING = "virtualRecording"
    COMPOSITE = "composite"
    COMPOSITE_CAPTURE = "compositeCapture"
    COMPOSITE_SYNTHETIC = "compositeSynthetic"
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = "compositeWithTrainedAlgorithmicMedia"


RETIRED: Final = {
    DigitalSourceType.MINOR_HUMAN_EDITS: DigitalSourceType.HUMAN_EDITS,
    DigitalSourceType.DIGITAL_ART: DigitalSourceType.DIGITAL_CREATION,
    DigitalSourceType.SOFTWARE_IMAGE: DigitalSourceType.DIGITAL_CREATION,
}
"""Terms that IPTC has retired, with what to say in their place. What has them keeps them; nothing new gets them."""

_PREFIXES = (
    "http://cv.iptc.org/newscodes/digitalsourcetype/",
    "https://cv.iptc.org/newscodes/digitalsourcetype/",
    "digsrctype:",
)


def parse_source_type(value: str) -> str:
    """A term by its name, its URI or its QCode.

    :raises BadInput: the vocabulary has no such term, or has retired it.
    """
    name = value.strip()
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    try:
        term = DigitalSourceType(name)
    except ValueError:
        usable = ", ".join(term for term in DigitalSourceType if term not in RETIRED)
        raise BadInput(
            f"{value[:80]!r} is no term of the IPTC vocabulary Digital Source Type; give one of {usable}",
            field=["digitalSourceType"],
        ) from None
    if term in RETIRED:
        raise BadInput(f"IPTC has retired {term.value!r}; say {RETIRED[term].value!r}", field=["digitalSourceType"])
    return term.value
