/** The commands of {@code crius ctl} about the node: information, statistics, events. */
@NullMarked
package io.crius.daemon.cli.ctl.node;

import org.jspecify.annotations.NullMarked;
