"""A Django app of the tests alone: its `flush` stands for Django's."""
