/**
 * What a streaming session connects: the streams of a person with a process, or with a port of a pod. Whoever can run processes
 * or reach ports implements {@link io.crius.streaming.session.ProcessSession} and {@link
 * io.crius.streaming.session.PortTarget}; nothing here knows of protocols. No locks.
 */
@NullMarked
package io.crius.streaming.session;

import org.jspecify.annotations.NullMarked;
