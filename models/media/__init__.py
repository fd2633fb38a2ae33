"""Media: the files of assets, what they are, and what is made of them.

`store` keeps files by their content. `content` tells what a file is, `boxes` looks into MP4 and its kin, `picture` makes renditions,
`video` describes and takes a poster frame, `track` reads subtitles; `intake` puts all that together for a file that was uploaded.
"""

from models.media.store import MediaFolder, MediaStore

__all__ = ["MediaFolder", "MediaStore"]
