"""Where files lie: those of assets, and those that are on their way in; and who makes the one of the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.media import MediaFolder, MediaStore
from models.media.intake import MediaIntake
from models.upload import UploadFolder, UploadStore

MEDIA_FOLDER: Final = "media"
"""The folder of the media store, in the data folder."""
UPLOAD_FOLDER: Final = "uploads"
"""The folder of what is on its way in, in the data folder."""


@dataclass(frozen=True)
class Files:
    """The files of an installation."""

    media: MediaStore
    uploads: UploadStore
    intake: MediaIntake

    @classmethod
    def under(cls, folder: Path) -> Files:
        """In folders of the file system, which are made when something is put into them."""
        media = MediaFolder(folder / MEDIA_FOLDER)
        return cls(media, UploadFolder(folder / UPLOAD_FOLDER), MediaIntake(media))
