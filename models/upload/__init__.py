"""Uploads: files on their way in, in as many requests as it takes."""

from models.upload.store import UploadAppend, UploadFolder, UploadStore

__all__ = ["UploadAppend", "UploadFolder", "UploadStore"]
