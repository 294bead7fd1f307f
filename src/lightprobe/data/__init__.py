"""HDRIs, from a server or a folder to a catalog that is licensed, measured, grouped and split.

catalog     one folder, one table
scenes      what a panorama tells of itself, and which others show the same scene
split       train, val or test, by scene
sheet       the catalog at a glance
local       filling a catalog from a folder
fetch       filling a catalog from Poly Haven       [needs httpx: pip install 'lightprobe[data]']
settle      what both end with
polyhaven   Poly Haven's API                        [httpx]
download    whole or not at all                     [httpx]
fakehaven   a stand-in for the API, for trying things offline
"""
