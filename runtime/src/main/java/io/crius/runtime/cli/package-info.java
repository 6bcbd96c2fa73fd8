/**
 * The command line of OCI runtimes: running a subcommand to its end, and what its words mean.
 *
 * <p>{@link io.crius.runtime.cli.RuntimeMessages} is the one place that knows how the texts of runc and crun differ.
 */
@NullMarked
package io.crius.runtime.cli;

import org.jspecify.annotations.NullMarked;
