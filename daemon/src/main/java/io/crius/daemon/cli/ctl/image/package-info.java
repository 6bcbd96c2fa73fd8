/** The commands of {@code crius ctl} about images. */
@NullMarked
package io.crius.daemon.cli.ctl.image;

import org.jspecify.annotations.NullMarked;
