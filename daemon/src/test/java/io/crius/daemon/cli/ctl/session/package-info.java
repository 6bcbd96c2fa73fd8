@NullMarked
package io.crius.daemon.cli.ctl.session;

import org.jspecify.annotations.NullMarked;
