/**
 * What pods and containers use: one sampler for all that ask.
 *
 * <p>{@link io.crius.server.stats.Sampler} measures: by a thread of its own where {@code collection_period} is set, else when
 * somebody asks; it does nothing at rest then. What it measured is immutable. {@link io.crius.server.stats.LayerSizes} counts
 * writable layers on a thread of its own that lives only while there is something to count; answers take what was counted last.
 *
 * <p>Lock order: each meter has a lock of its own, held while cgroup files and /proc are read, which answer at once; nothing else
 * is locked meanwhile. On disk: nothing.
 */
@NullMarked
package io.crius.server.stats;

import org.jspecify.annotations.NullMarked;
