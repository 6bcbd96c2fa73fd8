/**
 * Append-only, checksummed record files: the truth about pods and containers over restarts.
 *
 * <p>Knows nothing of what a record says. On disk: one file per object, see {@link io.crius.server.journal.Journal}.
 */
@NullMarked
package io.crius.server.journal;

import org.jspecify.annotations.NullMarked;
