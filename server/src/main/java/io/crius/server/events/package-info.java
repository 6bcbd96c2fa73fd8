/**
 * Events of pods and containers, derived from the changes of state that the journals keep.
 *
 * <p>{@link io.crius.server.events.EventFeed} hears of each change after it was journaled and published, and hands it to all
 * subscribers in one order. A subscriber has a bounded queue: one that is too slow is told so and nothing waits for it.
 *
 * <p>Lock order: the feed's lock, held while states are looked at, then a subscription's. On disk: nothing.
 */
@NullMarked
package io.crius.server.events;

import org.jspecify.annotations.NullMarked;
