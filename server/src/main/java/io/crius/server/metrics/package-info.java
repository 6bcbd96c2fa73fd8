/**
 * The daemon's own metrics for Prometheus, with CRI-O's names: how often which call was made, how long it took, what went wrong.
 *
 * <p>Only there with {@code enable_metrics}. Counters are kept without locks; the text is made when somebody asks for it.
 */
@NullMarked
package io.crius.server.metrics;

import org.jspecify.annotations.NullMarked;
