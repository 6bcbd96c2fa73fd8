package io.crius.daemon;

import io.crius.server.metrics.ContainerCounts;
import io.crius.server.metrics.Operations;
import io.crius.server.metrics.PullCounts;
import io.crius.server.metrics.StallCounts;

/** What the daemon counts about itself; kept whether or not metrics are served, as it costs next to nothing. */
record Counters(Operations operations, ContainerCounts containers, PullCounts pulls, StallCounts stalls) {
    Counters() {
        this(new Operations(), new ContainerCounts(), new PullCounts(), new StallCounts());
    }
}
