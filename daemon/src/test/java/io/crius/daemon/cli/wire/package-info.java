@NullMarked
package io.crius.daemon.cli.wire;

import org.jspecify.annotations.NullMarked;
