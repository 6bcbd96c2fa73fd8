/** The commands of {@code crius ctl} about pods. */
@NullMarked
package io.crius.daemon.cli.ctl.pod;

import org.jspecify.annotations.NullMarked;
