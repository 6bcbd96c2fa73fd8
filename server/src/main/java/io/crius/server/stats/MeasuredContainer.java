package io.crius.server.stats;

import io.crius.server.container.ContainerView;

/** A container that runs, and what it uses. */
public record MeasuredContainer(ContainerView view, ContainerSample sample) {}
