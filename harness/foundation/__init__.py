"""The ground floor: errors, files and forms that every floor stands on; it imports none of them."""
