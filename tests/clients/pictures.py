# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture of one pixel, as the dialects carry it."""

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
URL = "data:image/png;base64," + PNG
BLOCK = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
