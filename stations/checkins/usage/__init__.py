"""What is counted of visits, for whom: the station's own people, and three levels an hour for everybody (chapter 4, 1 (2))."""
