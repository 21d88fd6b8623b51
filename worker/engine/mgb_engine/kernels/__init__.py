"""The machine: devices, pages of keys and values, attention, packed products. Knows no model."""
