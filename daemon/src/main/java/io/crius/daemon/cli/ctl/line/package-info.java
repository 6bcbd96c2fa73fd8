/** The command line of {@code crius ctl}: flags as crictl has them. No library, since the command has to start fast. */
@NullMarked
package io.crius.daemon.cli.ctl.line;

import org.jspecify.annotations.NullMarked;
