@NullMarked
package io.crius.daemon.cli.ctl.line;

import org.jspecify.annotations.NullMarked;
