"""Uploads: files on their way in, in as many requests as it takes."""

from models.upload.store import UploadAppend, UploadFolder, UploadStore
from models.upload.table import Upload

__all__ = ["Upload", "UploadAppend", "UploadFolder", "UploadStore"]
