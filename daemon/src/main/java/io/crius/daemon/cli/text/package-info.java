/** How people's commands print: tables, sizes and ages as crictl shows them, JSON and YAML. Nothing here talks to anybody. */
@NullMarked
package io.crius.daemon.cli.text;

import org.jspecify.annotations.NullMarked;
