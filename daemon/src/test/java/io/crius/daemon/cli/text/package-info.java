@NullMarked
package io.crius.daemon.cli.text;

import org.jspecify.annotations.NullMarked;
