/**
 * The metrics of pods and containers that kubelet passes on to Prometheus, with the names and labels of cAdvisor.
 *
 * <p>A {@link io.crius.server.podmetrics.MetricFamily} is a row of a table: a name, its labels, and how its values
 * follow from what was measured. Nothing is measured here and no locks are held.
 */
@NullMarked
package io.crius.server.podmetrics;

import org.jspecify.annotations.NullMarked;
