package io.crius.model;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong at the API of a module, by kind; the edge of the daemon maps each kind to one gRPC code.
 *
 * <p>A message names the operation, the object and the cause, and where possible what to do. It is written for the
 * engineer who reads it in kubelet's log.
 */
public abstract sealed class CriusException extends RuntimeException {
    private CriusException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The object named in the request does not exist. */
    public static final class NotFound extends CriusException {
        public NotFound(String message) {
            super(message, null);
        }
    }

    /** The name is taken by an object that differs from the one asked for. */
    public static final class AlreadyExists extends CriusException {
        public AlreadyExists(String message) {
            super(message, null);
        }
    }

    /** The request can never succeed as it is. */
    public static final class InvalidArgument extends CriusException {
        public InvalidArgument(String message) {
            super(message, null);
        }

        public InvalidArgument(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The object is not in a state that allows the operation. */
    public static sealed class FailedPrecondition extends CriusException {
        public FailedPrecondition(String message) {
            super(message, null);
        }

        public FailedPrecondition(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Somebody else took away meanwhile what the operation stood on; begun again it may succeed. */
    public static final class Overtaken extends FailedPrecondition {
        public Overtaken(String message) {
            super(message);
        }
    }

    /** The caller's time is over; the message says which stage was reached and what is being waited for. */
    public static final class DeadlineExceeded extends CriusException {
        public DeadlineExceeded(String message) {
            super(message, null);
        }

        public DeadlineExceeded(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The caller went away. */
    public static final class Cancelled extends CriusException {
        public Cancelled(String message) {
            super(message, null);
        }

        public Cancelled(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A budget (memory, connections, ids) is used up for now. */
    public static final class ResourceExhausted extends CriusException {
        public ResourceExhausted(String message) {
            super(message, null);
        }
    }

    /** Something outside the daemon (a registry, a CNI plugin) does not answer now; a retry may succeed. */
    public static final class Unavailable extends CriusException {
        public Unavailable(String message) {
            super(message, null);
        }

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Credentials or a policy refused the operation. */
    public static final class PermissionDenied extends CriusException {
        public PermissionDenied(String message) {
            super(message, null);
        }

        public PermissionDenied(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Data is not what its digest or checksum says. */
    public static final class DataLoss extends CriusException {
        public DataLoss(String message) {
            super(message, null);
        }

        public DataLoss(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** An operation on the node failed: a system call, the OCI runtime, the monitor, a disk. */
    public static final class Failed extends CriusException {
        public Failed(String message) {
            super(message, null);
        }

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
