"""Where a picture lies on the sphere: from its metadata, from its looks, or from what the caller says.

layout    Layout: what the caller says; lays a picture out
tags      what the metadata of a file say
gpano     XMP metadata of phones and stitchers: the crop, the pose
stereo    two eyes in one picture
borders   black around a picture: bars, fisheye circles
faces     cubemaps in one picture
pose      leveling a tilted panorama
resample  pictures on another grid, of their nearest pixels
"""
