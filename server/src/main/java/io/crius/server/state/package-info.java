/**
 * What pods and containers are: their definitions, their states, the journals that keep them, and the registry that
 * answers every read.
 *
 * <p>Reads take immutable snapshots and never wait. A change goes through the object's serial executor: disk, then memory,
 * then answer. Lock order: none here; the executors and journals lock inside themselves.
 *
 * <p>On disk: {@code <state>/pods/<pod id>/pod.journal} and {@code <state>/pods/<pod id>/<container id>.journal}.
 */
@NullMarked
package io.crius.server.state;

import org.jspecify.annotations.NullMarked;
