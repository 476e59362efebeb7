"""The QR code that a station prints or shows: what stands in it, its versions, the poster (chapter 4, 1 (1))."""
