"""Where a picture lies on the sphere: from its metadata, from its looks, or from what the caller says.

layout   Layout: what the caller says; lays a picture out
gpano    the position of a cropped panorama, from XMP metadata
"""
