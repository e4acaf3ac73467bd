#pragma once
#if defined(__x86_64__)
#include "processor-x86.h"
#elif defined(__aarch64__)
#include "processor-arm.h"
#else
#error "No AES instructions are known for this processor."
#endif
