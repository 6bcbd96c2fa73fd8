@NullMarked
package io.crius.daemon.cli.ctl;

import org.jspecify.annotations.NullMarked;
