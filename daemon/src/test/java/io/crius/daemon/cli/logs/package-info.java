@NullMarked
package io.crius.daemon.cli.logs;

import org.jspecify.annotations.NullMarked;
