import { Injectable } from '@nestjs/common';

/** Whether the process still wants to work. */
@Injectable()
export class Lifecycle {
  draining = false;
}
