/** The commands of {@code crius ctl} about containers. */
@NullMarked
package io.crius.daemon.cli.ctl.container;

import org.jspecify.annotations.NullMarked;
