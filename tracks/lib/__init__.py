"""Tools that know no table of the product."""
