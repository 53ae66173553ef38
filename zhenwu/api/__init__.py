"""JSON for phones and other systems (``/api/v1/``) and Open311 GeoReport v2 (``/open311/v2/``). Thin: rights and rules are the kernel's."""
