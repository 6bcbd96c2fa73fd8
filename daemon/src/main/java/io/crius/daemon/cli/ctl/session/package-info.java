/** What the commands of {@code crius ctl} work with: settings as crictl has them, connections, output in each format. */
@NullMarked
package io.crius.daemon.cli.ctl.session;

import org.jspecify.annotations.NullMarked;
