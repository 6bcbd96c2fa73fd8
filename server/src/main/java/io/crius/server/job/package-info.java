/**
 * Work that outlives its request: joinable creation jobs, and one serial executor per pod and container.
 *
 * <p>Lock order: {@link io.crius.server.job.CreationJobs} holds its map only while a job is looked up or begun; a
 * {@link io.crius.server.job.SerialExecutor} holds its queue only while a task is added or taken. Neither is held while work
 * runs.
 */
@NullMarked
package io.crius.server.job;

import org.jspecify.annotations.NullMarked;
