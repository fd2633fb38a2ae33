"""Uploads over HTTP: the tus protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload)."""

from server.upload.endpoint import UploadEndpoint, UploadLimits

__all__ = ["UploadEndpoint", "UploadLimits"]
