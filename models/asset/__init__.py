"""Assets: what a story shows and plays, and the files behind it."""

from models.asset.table import Asset, AssetKind, AssetOriginal, DetachedFile, Rendition, VariantAsset

__all__ = ["Asset", "AssetKind", "AssetOriginal", "DetachedFile", "Rendition", "VariantAsset"]
