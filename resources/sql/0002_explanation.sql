-- SPDX-License-Identifier: GPL-3.0-or-later
-- Why each attempt was made and what was done to it; what the request was taken for. NULL: written by version 1.
ALTER TABLE attempts ADD COLUMN kind TEXT;
ALTER TABLE attempts ADD COLUMN drill TEXT;
ALTER TABLE attempts ADD COLUMN note TEXT;
ALTER TABLE requests ADD COLUMN rule TEXT;
ALTER TABLE requests ADD COLUMN complexity TEXT;
ALTER TABLE requests ADD COLUMN private INTEGER;
