"""How rows are put into words and pictures for people; reads models, writes nothing."""
