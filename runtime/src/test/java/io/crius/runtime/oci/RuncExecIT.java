package io.crius.runtime.oci;

import java.nio.file.Path;

final class RuncExecIT extends ExecContract {
    @Override
    Path program() {
        return Path.of("/usr/sbin/runc");
    }
}
