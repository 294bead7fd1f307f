"""Names, text and numbers that come from a file or a server, and that anyone may have written.

file_names  one gate for every name that becomes a path
json_text   JSON, read with bounds
csv_text    tables, read with bounds; cells that no spreadsheet takes for a formula
npz_arrays  arrays of .npz files, their sizes checked first
terminal    text without control characters

Mental model: readers pass what they read through here, and turn a ValueError into their own error of one line.
"""
