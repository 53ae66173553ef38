"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2): what other platforms report to the township, and how it stands."""
