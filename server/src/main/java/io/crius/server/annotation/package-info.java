/**
 * Annotations of pods and containers that mean something to the node: which there are, who may use them, and the classes of
 * workloads that they choose.
 *
 * <p>Pure: nothing here reads files or changes anything. No locks.
 */
@NullMarked
package io.crius.server.annotation;

import org.jspecify.annotations.NullMarked;
